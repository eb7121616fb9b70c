import type { storage as english } from '../en/storage.ts';
import type { Translation } from '../message.ts';

/** Was Downloads auf diesem Gerät belegen, und wie Platz wird. */
export const storage = {
  'storage.title': 'Speicher',
  'storage.lead': 'Was du lädst, bleibt in diesem Browser auf diesem Gerät, bis du es löschst.',
  'storage.used': 'Belegt',
  'storage.free': 'Frei',
  'storage.freeWhat': 'Soweit der Browser es sagt.',
  'storage.unknown': 'Der Browser sagt es nicht',
  'storage.meter': 'Belegter Speicher',
  'storage.kept': 'Aufbewahrung',
  'storage.yes': 'Ja',
  'storage.no': 'Nein',
  'storage.keptYes': 'Der Browser löscht nichts von sich aus.',
  'storage.keptNo':
    'Der Browser darf alles löschen, auch das Wallet, wenn der Datenträger voll wird.',
  'storage.keep': 'Um Aufbewahrung bitten',
  'storage.keepPending': 'Frage…',
  'storage.keepRefused':
    'Der Browser hat abgelehnt. Oft stimmt er zu, wenn die App installiert ist oder länger benutzt wurde.',
  'storage.memory':
    'Dieser Browser gibt hier keinen privaten Speicher: Nach dem Neuladen ist alles Geladene weg.',
  'storage.titles': 'Titel auf diesem Gerät',
  'storage.none': 'Noch ist nichts gespeichert.',
  'storage.lastUsed': 'Zuletzt benutzt {time}',
  'storage.half': 'Teilweise hier',
  'storage.busy': 'Wird geladen',
  'storage.makeRoom': 'Platz schaffen…',
  'room.title': 'Platz schaffen',
  'room.lead': 'Wähle, was gelöscht wird. Vorher geschieht nichts.',
  'room.needed': 'Es fehlen {lacking}. Vorgeschlagen ist, was du am längsten nicht benutzt hast.',
  'room.notEnough':
    'Vorgeschlagen ist, was du am längsten nicht benutzt hast, doch es fehlen dann noch {lacking}. Titel, die nur teilweise hier und bezahlt sind, werden nie vorgeschlagen.',
  'room.frees': 'Gibt {bytes} frei.',
  'room.paid':
    '{paid} wurden für das bezahlt, was du löschen willst. Sie kommen nicht zurück: Wer es wieder holt, zahlt wieder.',
  'room.halfPaid':
    '{name} ist nur teilweise hier. Für diesen Teil wurden {paid} bezahlt; beim Weiterladen wird er erneut gekauft.',
  'room.delete': { one: '{count} Titel löschen', other: '{count} Titel löschen' },
  'room.deleting': 'Lösche…',
  'room.done': 'Gelöscht. {bytes} sind wieder frei.',
  'room.full': '{needed} fehlen noch. Es geht von selbst weiter, sobald Platz ist.',
  'room.short':
    '{needed} fehlen noch, und etwa {free} sind auf diesem Gerät frei. Der Download hält an, wenn sie belegt sind.',
} as const satisfies Translation<typeof english>;
