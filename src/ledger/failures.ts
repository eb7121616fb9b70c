import { failureOf, type Failure } from '../shared/result.ts';

const nameOf = (thrown: unknown): string =>
  typeof thrown === 'object' && thrown !== null && 'name' in thrown ? String(thrown.name) : '';

/** What a storage error means for the caller of a write: nothing of it was kept. */
export const writeFailure = (thrown: unknown): Failure => {
  switch (nameOf(thrown)) {
    case 'QuotaExceededError':
      return {
        code: 'quota',
        message: 'The storage of the browser is full. Nothing was written; free some space.',
      };
    case 'ConstraintError':
      return {
        code: 'storage',
        message: 'Another tab writes this ledger. Nothing was written; close one of the two.',
      };
    default: {
      const { code, message } = failureOf(thrown, 'storage');
      return { code, message };
    }
  }
};

/** Why a ledger could not be opened. Whatever it holds is still there. */
export const openFailure = (thrown: unknown): Failure =>
  nameOf(thrown) === 'VersionError'
    ? {
        code: 'unsupported',
        message: 'A newer version of the app has written this ledger. Reload to get it.',
      }
    : writeFailure(thrown);
