import type { ErrorCode } from '../../shared/errors.ts';
import type { Failure } from '../../shared/result.ts';
import type { ErrorBody } from '../messages.ts';

/** HTTP status for a code: what a program that knows HTTP and not Rivulet should make of it. */
export const statusOf = (code: ErrorCode): number => {
  switch (code) {
    case 'bad-input':
    case 'bad-magnet':
    case 'bad-torrent':
      return 400;
    case 'insufficient-funds':
    case 'over-budget':
    case 'price-too-high':
    case 'wallet-locked':
      return 402;
    case 'rejected':
      return 403;
    case 'not-found':
      return 404;
    case 'unsupported':
      return 405;
    case 'range':
      return 416;
    case 'busy':
      return 429;
    case 'network':
      return 502;
    case 'not-ready':
    case 'aborted':
      return 503;
    case 'no-peers':
    case 'timeout':
      return 504;
    case 'quota':
      return 507;
    default:
      return 500;
  }
};

/** Seconds after which a caller may find an engine page that was reloading. */
const RETRY_SECONDS = 2;

/** JSON answer with code and message; never stored, never run. */
export const failureResponse = (
  failure: Failure,
  status = statusOf(failure.code),
  headers: Readonly<Record<string, string>> = {},
): Response => {
  const body: ErrorBody = { error: { code: failure.code, message: failure.message } };
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      ...(status === 503 ? { 'Retry-After': String(RETRY_SECONDS) } : {}),
      ...headers,
    },
  });
};
