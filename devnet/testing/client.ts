/** An answer of an HTTP service, read to the end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Empty unless the body was a JSON object. */
  readonly body: Readonly<Record<string, unknown>>;
}

const answerOf = async (response: Response): Promise<Answer> => {
  const text = await response.text();
  let body: Record<string, unknown> = {};
  if (/json/.test(response.headers.get('content-type') ?? '')) {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) body = value as Record<string, unknown>;
  }
  return { status: response.status, headers: response.headers, text, body };
};

export const get = async (url: string, headers: Record<string, string> = {}): Promise<Answer> =>
  answerOf(await fetch(url, { headers }));

/** Sends a JSON body. */
export const post = async (
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> =>
  answerOf(
    await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    }),
  );

/** Sends text or bytes of any type. */
export const postRaw = async (
  url: string,
  type: string,
  body: string | Uint8Array<ArrayBuffer>,
): Promise<Answer> =>
  answerOf(await fetch(url, { method: 'POST', headers: { 'Content-Type': type }, body }));

/** The list that a service answered. */
export const listOf = (answer: Answer): readonly Record<string, unknown>[] =>
  answer.body as unknown as readonly Record<string, unknown>[];
