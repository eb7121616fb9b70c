/** Hosts on the web that a torrent names as sources of its data. */
export const webSeeds = {
  'webSeeds.title': 'Web seeds',
  'webSeeds.lead':
    'Some titles name ordinary web hosts that have them too. What comes from there is checked like all other data and costs nothing.',
  'webSeeds.use': 'Fetch from web seeds',
  'webSeeds.note':
    'A host is asked only for titles that you have started, and sees your address as every peer does. Turned off, titles that no peer has stay away.',
  'webSeeds.peer': 'Web seed {host}',
  'webSeeds.offer': {
    one: 'No seller yet; {count} web host offers it free',
    other: 'No seller yet; {count} web hosts offer it free',
  },
  'webSeeds.off': 'Web seed {host}: not used, as you chose in the settings.',
  'webSeeds.idle': 'Web seed {host}: nothing is needed of it now.',
  'webSeeds.unreachable':
    'Web seed {host} was given up: it does not answer, or does not let this page read what it has.',
  'webSeeds.busy': 'Web seed {host} was given up for now: it is busy.',
  'webSeeds.slow': 'Web seed {host} was given up for now: it sends nothing.',
  'webSeeds.refused': 'Web seed {host} was given up: it does not have the file.',
  'webSeeds.no-ranges': 'Web seed {host} was given up: it cannot send parts of a file.',
  'webSeeds.wrong-length': 'Web seed {host} was given up: its file has another length.',
  'webSeeds.bad-data': 'Web seed {host} was dropped: what it sent is not what the torrent says.',
} as const;
