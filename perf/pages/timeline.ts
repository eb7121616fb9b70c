/** Reads the marks that the engine leaves on the page's timeline (User Timing). */

const isAbout = (entry: PerformanceEntry, detail: string): boolean =>
  (entry as PerformanceMark).detail === detail;

/** Time (ms of this page) of the mark `name` about `detail`, as soon as there is one. */
export const markOf = (name: string, detail: string): Promise<number> =>
  new Promise((resolve) => {
    const found = performance.getEntriesByName(name, 'mark').find((one) => isAbout(one, detail));
    if (found !== undefined) {
      resolve(found.startTime);
      return;
    }
    const observer = new PerformanceObserver((list) => {
      const entry = list.getEntriesByName(name, 'mark').find((one) => isAbout(one, detail));
      if (entry === undefined) return;
      observer.disconnect();
      resolve(entry.startTime);
    });
    observer.observe({ type: 'mark' });
  });
