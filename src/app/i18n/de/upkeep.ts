import type { upkeep as english } from '../en/upkeep.ts';
import type { Translation } from '../message.ts';

export const upkeep = {
  'away.waits': 'Wartet auf seine Dateien',
  'away.ask': 'Wieder teilen',
  'away.asking': 'Fragt …',
  'away.askWhy':
    'Nach einem Neustart will dein Browser erst wieder die Erlaubnis, die Datei zu lesen.',
  'away.choose': { one: 'Datei erneut wählen', other: 'Dateien erneut wählen' },
  'away.checking': 'Sieht hinein …',
  'away.chooseWhy':
    'Sie wurde nicht kopiert, deshalb kannst nach einem Neustart nur du sie zeigen. Ein paar Stichproben, dann wird sie weiter geteilt.',
  'away.served': '{name} wird wieder geteilt.',
  'check.start': 'Gespeichertes prüfen',
  'check.why': 'Prüft alles, was hier ist, noch einmal. Nichts Bezahltes geht verloren.',
  'check.progress': 'Prüft: {done} von {total} Stücken',
  'check.label': 'Fortschritt der Prüfung',
  'check.good': { one: 'Alles richtig: {count} Stück.', other: 'Alles richtig: {count} Stücke.' },
  'check.bad': {
    one: '{count} Stück war beschädigt. Es fehlt nun wieder und kann neu geholt werden.',
    other: '{count} Stücke waren beschädigt. Sie fehlen nun wieder und können neu geholt werden.',
  },
  'priority.of': 'Vorrang von {name}',
  'priority.high': 'Zuerst',
  'priority.normal': 'Normal',
  'priority.low': 'Zuletzt',
  'speed.title': 'Tempolimits',
  'speed.lead':
    'Für alle Titel zusammen. Zahlungen werden nicht aufgehalten, nur der Datenfluss wird gleichmäßiger.',
  'speed.down': 'Herunterladen',
  'speed.up': 'Hochladen',
  'speed.unlimited': 'Kein Limit',
  'speed.none': 'Zurzeit gilt kein Limit.',
  'speed.holds': 'Höchstens {speed}.',
  'speed.wrong': 'Eine Zahl in MiB pro Sekunde, oder nichts für kein Limit.',
  'speed.save': 'Limits setzen',
  'speed.saved': 'Die Limits gelten jetzt.',
} as const satisfies Translation<typeof english>;
