import type { webSeeds as english } from '../en/web-seeds.ts';
import type { Translation } from '../message.ts';

export const webSeeds = {
  'webSeeds.title': 'Web-Quellen',
  'webSeeds.lead':
    'Manche Titel nennen gewöhnliche Webserver, die sie auch haben. Was von dort kommt, wird geprüft wie alles andere und kostet nichts.',
  'webSeeds.use': 'Von Web-Quellen laden',
  'webSeeds.note':
    'Ein Server wird nur nach Titeln gefragt, die du gestartet hast, und sieht deine Adresse wie jeder andere Teilnehmer. Ausgeschaltet bleiben Titel aus, die sonst niemand hat.',
  'webSeeds.peer': 'Web-Quelle {host}',
  'webSeeds.offer': {
    one: 'Noch kein Anbieter; {count} Webserver gibt es umsonst',
    other: 'Noch kein Anbieter; {count} Webserver geben es umsonst',
  },
  'webSeeds.off': 'Web-Quelle {host}: nicht benutzt, wie in den Einstellungen gewählt.',
  'webSeeds.idle': 'Web-Quelle {host}: wird gerade nicht gebraucht.',
  'webSeeds.unreachable':
    'Web-Quelle {host} aufgegeben: Sie antwortet nicht oder lässt diese Seite nicht lesen.',
  'webSeeds.busy': 'Web-Quelle {host} vorerst aufgegeben: Sie ist überlastet.',
  'webSeeds.slow': 'Web-Quelle {host} vorerst aufgegeben: Sie sendet nichts.',
  'webSeeds.refused': 'Web-Quelle {host} aufgegeben: Sie hat die Datei nicht.',
  'webSeeds.no-ranges': 'Web-Quelle {host} aufgegeben: Sie kann keine Teile einer Datei senden.',
  'webSeeds.wrong-length': 'Web-Quelle {host} aufgegeben: Ihre Datei hat eine andere Länge.',
  'webSeeds.bad-data':
    'Web-Quelle {host} ausgeschlossen: Was sie gesendet hat, ist nicht, was der Torrent sagt.',
} as const satisfies Translation<typeof english>;
