import type { seed as english } from '../en/seed.ts';
import type { Translation } from '../message.ts';

export const seed = {
  'seed.lead':
    'Teile Dateien direkt aus diesem Browser und bestimme, was andere dafür zahlen. Nichts wird irgendwo hochgeladen; alles bleibt, wo es ist.',
  'seed.choose': 'Dateien wählen oder hier ablegen',
  'seed.chooseOther': 'Andere Dateien wählen',
  'seed.chooseHint': 'Ein Film läuft am besten als MP4 oder WebM.',
  'seed.files': { one: '{count} Datei', other: '{count} Dateien' },
  'seed.name': 'Name',
  'seed.namePlaceholder': 'So sehen ihn andere',
  'seed.price': 'Preis',
  'seed.badPrice': 'Eine ganze Zahl von Satoshi von 0 (kostenlos) bis {most}.',
  'seed.start': 'Jetzt teilen',
  'seed.stays': 'Geteilt wird, solange dieser Tab offen ist.',
  'price.block': 'Je Block von 16 KiB',
  'price.gib': 'Je GiB',
  'price.hour': 'Je Stunde (dieser: {length})',
  'price.viewer': 'Von einem, der alles ansieht',
  'price.free': 'Kostenlos',
  'price.freeNote': 'Alle bekommen es, ohne zu zahlen.',
  'hashing.title': 'Deine Dateien werden gelesen',
  'hashing.why': 'Jedes Stück bekommt einen Fingerabdruck, damit andere prüfen, was sie erhalten.',
  'result.live': 'Wird geteilt',
  'result.view': 'Öffnen',
  'result.earned': 'Verdient',
  'result.blocks': 'Verkaufte Blöcke',
  'result.peers': 'Verbunden',
  'result.keepOpen':
    'Schick den Link an alle, die einen Browser haben. Er gilt, solange dieser Tab oder ein anderer mit der Datei offen ist.',
  'result.qr': 'QR-Code des Links',
  'result.another': 'Noch etwas teilen',
  'serving.title': 'Was du teilst',
  'serving.name': 'Titel',
  'serving.price': 'Preis',
  'serving.peers': 'Teilnehmer',
} as const satisfies Translation<typeof english>;
