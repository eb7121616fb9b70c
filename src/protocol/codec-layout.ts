import type { Reader } from './codec-reader.ts';
import type { Writer } from './codec-writer.ts';
import type { Message } from './messages.ts';

/** How one message travels: the first byte of the buffer, and its fields behind it, in order. */
export interface Layout<M extends Message> {
  /** For ever; new messages take new numbers. */
  readonly number: number;
  write(writer: Writer, message: M): void;
  read(reader: Reader): M;
}
