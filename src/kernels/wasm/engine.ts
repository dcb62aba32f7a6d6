// The part of WebAssembly's interface that is used. TypeScript has it among the DOM's types only, which are not for Node.

/** A compiled module: nothing is asked of it but to be instantiated, also by other threads. */
export interface Module {
  readonly [Symbol.toStringTag]: string;
}

/** Memory that threads share. */
export interface Memory {
  readonly buffer: SharedArrayBuffer;
}

interface Engine {
  readonly Memory: new (descriptor: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: true;
  }) => Memory;
  readonly validate: (bytes: Uint8Array) => boolean;
  readonly compile: (bytes: Uint8Array) => Promise<Module>;
  readonly instantiate: (
    module: Module,
    imports: Readonly<Record<string, object>>,
  ) => Promise<{ readonly exports: Readonly<Record<string, unknown>> }>;
}

export const engine = (globalThis as unknown as { readonly WebAssembly: Engine }).WebAssembly;
