import type { library as english } from '../en/library.ts';
import type { Translation } from '../message.ts';

export const library = {
  'home.title': 'Start',
  'home.hero': 'Streame von Menschen.',
  'home.heroToo': 'Zahle je Block.',
  'home.lead':
    'Filme fließen direkt aus den Browsern anderer in deinen, und für jeden Block fließen ein paar Satoshi zurück. Kein Konto, kein Server dazwischen.',
  'home.seedSomething': 'Etwas teilen',
  'home.badSource':
    'Das ist kein Magnet-Link und kein Info-Hash. Ein Magnet-Link beginnt mit „magnet:?xt=urn:btih:“, ein Info-Hash hat 40 Hex-Ziffern.',
  'home.torrentTooLarge': 'Diese Datei ist zu groß für eine .torrent-Datei. Nichts kam hinzu.',
  'try.button': 'Ausprobieren',
  'try.pending': 'Wird vorbereitet …',
  'try.note': 'Ein kurzer Film, ein echter zweiter Knoten, Testmünzen. Ein Klick.',
  'try.coins': 'Füllt dein Wallet mit Testmünzen',
  'try.seller': 'Startet einen zweiten Knoten, der den Film verkauft',
  'try.peers': 'Verbindet sich mit ihm und einigt sich auf den Preis',
  'add.title': 'Einen Titel öffnen',
  'add.label': 'Magnet-Link oder Info-Hash',
  'add.placeholder': 'magnet:?xt=urn:btih:…',
  'add.submit': 'Öffnen',
  'add.pending': 'Öffnet …',
  'add.file': '.torrent-Datei',
  'add.hint':
    'Ein Magnet-Link, ein Info-Hash oder eine .torrent-Datei. Einfügen und Ablegen geht überall auf dieser Seite.',
  'add.drop': 'Zum Öffnen loslassen',
  'continue.title': 'Weiterschauen',
  'continue.at': '{at} von {of}',
  'library.title': 'Deine Titel',
  'library.empty': 'Noch nichts hier. Was du öffnest oder teilst, bleibt in dieser Liste.',
  'library.progress': '{held} von {of}',
  'library.progressLabel': 'Fortschritt von {name}',
  'library.peers': { one: '{count} Teilnehmer', other: '{count} Teilnehmer' },
  'library.paid': 'Gezahlt',
  'library.earned': 'Verdient',
  'library.remove': '{name} entfernen',
  'remove.title': 'Diesen Titel entfernen?',
  'remove.what':
    '{held} davon liegen in diesem Browser. Deine Zahlungen bleiben in jedem Fall verzeichnet.',
  'remove.keep': 'Entfernen, Daten behalten',
  'remove.delete': 'Entfernen und Daten löschen',
  'remove.done': '{name} wurde entfernt.',
  'link.title': 'Ein Titel wird geöffnet',
  'link.adding': 'Tritt dem Schwarm bei …',
  'link.damaged':
    'Dieser Link ist beschädigt: Er enthält keinen Magnet-Link. Frag noch einmal nach.',
  'metadata.looking': 'Sucht jemanden, der ihn hat …',
  'metadata.asking': {
    one: 'Mit {count} Teilnehmer verbunden, fragt nach der Dateiliste …',
    other: 'Mit {count} Teilnehmern verbunden, fragt nach der Dateiliste …',
  },
  'metadata.since': 'Seit {time}',
  'metadata.doubt':
    'Noch hat niemand geantwortet. Vielleicht teilt gerade niemand diesen Titel; die Suche geht weiter.',
  'absent.title': 'Nicht in deiner Bibliothek',
  'absent.why': 'Dieser Titel wurde entfernt oder in diesem Browser nie geöffnet:',
  'absent.look': 'Im Schwarm danach suchen',
} as const satisfies Translation<typeof english>;
