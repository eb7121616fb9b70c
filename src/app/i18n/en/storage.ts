/** What downloads take on this device, and making room. */
export const storage = {
  'storage.title': 'Storage',
  'storage.lead': 'What you download stays in this browser, on this device, until you delete it.',
  'storage.used': 'Used',
  'storage.free': 'Free',
  'storage.freeWhat': 'As far as the browser tells.',
  'storage.unknown': 'The browser does not say',
  'storage.meter': 'Storage used',
  'storage.kept': 'Kept',
  'storage.yes': 'Yes',
  'storage.no': 'No',
  'storage.keptYes': 'The browser deletes nothing on its own.',
  'storage.keptNo': 'The browser may delete all of it, the wallet too, when the disk runs full.',
  'storage.keep': 'Ask it to keep everything',
  'storage.keepPending': 'Asking…',
  'storage.keepRefused':
    'The browser refused. It often agrees once the app is installed or was used for a while.',
  'storage.memory':
    'This browser gives no private storage here: what you download is gone after a reload.',
  'storage.titles': 'Titles on this device',
  'storage.none': 'Nothing is stored yet.',
  'storage.lastUsed': 'Last used {time}',
  'storage.half': 'Partly here',
  'storage.busy': 'Downloading',
  'storage.makeRoom': 'Make room…',
  'room.title': 'Make room',
  'room.lead': 'Choose what to delete. Nothing is deleted before you say so.',
  'room.needed': '{lacking} more are needed. Chosen for you: what you used least.',
  'room.notEnough':
    'What you used least is chosen for you, but {lacking} would still be missing. Titles that are only partly here and paid for are never chosen for you.',
  'room.frees': 'Frees {bytes}.',
  'room.paid':
    '{paid} were paid for what you are about to delete. They do not come back: getting it again is paid again.',
  'room.halfPaid':
    '{name} is only partly here. {paid} were paid for that part; going on later buys it again.',
  'room.delete': { one: 'Delete {count} title', other: 'Delete {count} titles' },
  'room.deleting': 'Deleting…',
  'room.done': 'Deleted. {bytes} are free again.',
  'room.full': '{needed} are still to come. It goes on by itself once there is room.',
  'room.short':
    '{needed} are still to come, and about {free} are free on this device. The download stops when that is used up.',
} as const;
