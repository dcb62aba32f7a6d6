// The part of WebAssembly's interface that is used: TypeScript has it among the DOM's types only, which are not for Node.

declare namespace WebAssembly {
  class Module {
    private readonly compiled: true;
  }
  class Memory {
    constructor(descriptor: { readonly initial: number; readonly maximum: number; readonly shared: true });
    readonly buffer: SharedArrayBuffer;
  }
  interface Instance {
    readonly exports: Readonly<Record<string, unknown>>;
  }
  const compile: (bytes: Uint8Array) => Promise<Module>;
  const validate: (bytes: Uint8Array) => boolean;
  const instantiate: (module: Module, imports: Readonly<Record<string, object>>) => Promise<Instance>;
}
