import { Writable } from "node:stream";

/**
 * Keeps stdout for the protocol: whatever else the process prints there (console.log, a library) goes to stderr. Gives
 * the only way to stdout that is left. A child process that inherits stdout is not held back.
 */
export function guardStdout(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): Writable {
  const write = stdout.write.bind(stdout) as (chunk: Buffer, done: (error?: Error | null) => void) => boolean;
  stdout.write = stderr.write.bind(stderr) as typeof stdout.write;
  // A host that is gone reads nothing: its end of the input is what ends the process.
  stdout.on("error", () => {});
  return new Writable({
    decodeStrings: true,
    write: (chunk: Buffer, _encoding, done) => void write(chunk, (error) => done(error)),
  });
}
