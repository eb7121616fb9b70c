import type { ChannelView } from '../../shared/ports/payments.ts';

/** Channels that still move money come first, then the newest. */
export const sortChannels = (channels: readonly ChannelView[]): readonly ChannelView[] => {
  const alive = ({ status }: ChannelView): number =>
    status === 'open' || status === 'opening' || status === 'closing' ? 0 : 1;
  return [...channels].sort((a, b) => alive(a) - alive(b) || b.openedAt - a.openedAt);
};
