/** Numbers in words and digits, for any BCP-47 language. No unit is ever left off. */

const formats = new Map<string, Intl.NumberFormat>();

const numberFormat = (lang: string, digits: number): Intl.NumberFormat => {
  const key = `${lang}/${digits}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(lang, { maximumFractionDigits: digits, useGrouping: true });
    formats.set(key, format);
  }
  return format;
};

/** `value` with thousands separators and at most `digits` digits after the point. */
export const formatNumber = (value: number, lang: string, digits = 0): string =>
  numberFormat(lang, digits).format(value);

/** Whole satoshi with their unit: `1,088 sat`. Fractions only where a rate has them. */
export const formatSat = (value: number, lang: string, digits = 0): string =>
  `${formatNumber(value, lang, digits)} sat`;

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** Bytes in the binary unit that prices are quoted in: three digits that matter, `12.3 MiB`. */
export const formatBytes = (value: number, lang: string): string => {
  let unit = 0;
  let amount = value;
  // The next unit already where rounding would show 1,000 or more of this one.
  while (amount >= 999.5 && unit < UNITS.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || amount >= 99.95 ? 0 : amount >= 9.995 ? 1 : 2;
  return `${formatNumber(amount, lang, digits)} ${UNITS[unit] ?? 'TiB'}`;
};

/** Bytes a second: `2.4 MiB/s`. */
export const formatSpeed = (bytesPerSecond: number, lang: string): string =>
  `${formatBytes(Math.max(0, Math.round(bytesPerSecond)), lang)}/s`;

/** A share from 0 to 1 in whole percent; 100 % only when it is all. */
export const formatShare = (share: number, lang: string): string => {
  const percent = share >= 1 ? 100 : Math.min(99, Math.floor(Math.max(0, share) * 100));
  return `${formatNumber(percent, lang)} %`;
};

/** Seconds as a person says them: `48 s`, `12 min`, `1 h 5 min`. */
export const formatDuration = (seconds: number, lang: string): string => {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = formatNumber(Math.floor(minutes / 60), lang);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
};

/** A place in a film as players write it: `1:05:09`, `4:07`. */
export const formatClock = (seconds: number): string => {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = two(whole % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
};

/** Both ends of a long hex identifier, enough to tell two apart: `02ab34cd…9f1e`. */
export const shortId = (id: string): string =>
  id.length <= 14 ? id : `${id.slice(0, 8)}…${id.slice(-4)}`;

/** Date and time in short; the year only when it is not that of `now`. Both: ms since the epoch. */
export const formatTime = (time: number, lang: string, now: number): string => {
  const sameYear = new Date(time).getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat(lang, {
    ...(sameYear ? {} : { year: 'numeric' }),
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
  }).format(time);
};

/** Time of day with seconds, for a live feed. `time`: ms since the epoch. */
export const formatTimeOfDay = (time: number, lang: string): string =>
  new Intl.DateTimeFormat(lang, { timeStyle: 'medium' }).format(time);
