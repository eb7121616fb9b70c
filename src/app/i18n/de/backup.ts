import type { backup as english } from '../en/backup.ts';
import type { Translation } from '../message.ts';

export const backup = {
  'backup.title': 'Sicherung',
  'backup.what':
    'Eine verschlüsselte Datei, die Münzen und Kanäle zurückbringt, wenn dieser Browser seine Daten verliert.',
  'backup.none':
    'Es gibt noch keine Sicherung. Werden die Daten dieses Browsers gelöscht, sind die Münzen verloren.',
  'backup.last': 'Letzte Sicherung: {time}. Die Datei wurde noch nicht geprüft.',
  'backup.lastChecked': 'Letzte Sicherung: {time}, geprüft.',
  'backup.behind': {
    one: 'Die Sicherung ist älter als {count} Kanal, in dem Geld liegt. Lege eine neue an.',
    other: 'Die Sicherung ist älter als {count} Kanäle, in denen Geld liegt. Lege eine neue an.',
  },
  'backup.make': 'Sichern',
  'backup.choose': 'Wähle eine Passphrase. Wer sie und die Datei hat, hat deine Münzen.',
  'backup.passphrase': 'Passphrase',
  'backup.again': 'Passphrase noch einmal',
  'backup.short': 'Mindestens {length} Zeichen; fünf zufällige Wörter sind gut.',
  'backup.weak': 'Leicht zu erraten. Nimm mehr Wörter oder Zeichen.',
  'backup.fair': 'Brauchbar. Ein Wort mehr macht sie stark.',
  'backup.strong': 'Stark.',
  'backup.differs': 'Die beiden sind nicht gleich.',
  'backup.lost': 'Niemand kann sie zurücksetzen: Ohne Passphrase ist die Datei wertlos.',
  'backup.save': 'Datei sichern',
  'backup.saved': 'Die Datei {name} ging an deinen Browser. Bewahre sie woanders auf als hier.',
  'backup.check': 'Wähle die gesicherte Datei, um zu prüfen, ob sie sich öffnen lässt',
  'backup.good': 'Die Datei lässt sich öffnen und ist vollständig.',
  'backup.other': 'Das ist eine andere Sicherung, von {time}. Wähle die eben gesicherte.',
  'restore.open': 'Wiederherstellen',
  'restore.title': 'Sicherung wiederherstellen',
  'restore.what': 'Nur ein Profil, das nie benutzt wurde, kann zu dem in einer Sicherung werden.',
  'restore.file': 'Sicherungsdatei',
  'restore.look': 'Öffnen',
  'restore.opening': 'Öffnet …',
  'restore.holds': 'Das ist in der Sicherung. Noch hat sich nichts geändert.',
  'restore.made': 'Angelegt',
  'restore.channels': '{open} offen von {all}',
  'restore.since':
    'Benutze das Wallet nirgends sonst weiter: Was dort ab jetzt bezahlt wird, weiß man hier nicht.',
  'restore.take': 'Übernehmen',
  'restore.fresh': 'Neues Profil öffnen und dort wiederherstellen',
} as const satisfies Translation<typeof english>;
