import { existsSync } from 'node:fs';
import { startDevnet } from './devnet.ts';
import { USAGE, readOptions } from './options.ts';

const run = async (): Promise<void> => {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(USAGE);
    return;
  }
  const dist = options.dist ?? 'dist';
  if (!existsSync(dist)) console.error(`${dist} does not exist yet: build the app to see it`);
  const devnet = await startDevnet(options);
  let stopping = false;
  const stop = (): void => {
    // A terminal's Ctrl-C comes twice when the parent passes it on too.
    if (stopping) return;
    stopping = true;
    devnet.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error instanceof Error ? error.message : error);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  console.log(JSON.stringify(devnet.urls));
};

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
