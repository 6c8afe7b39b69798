/** An assembler for pickles: each method writes one opcode. Made to be parsed by tests, never to be loaded. */

export class PickleWriter {
  private readonly parts: Buffer[] = [];

  /** Anything. */
  raw(...bytes: readonly number[]): this {
    this.parts.push(Buffer.from(bytes));
    return this;
  }
  bytes(bytes: Uint8Array): this {
    this.parts.push(Buffer.from(bytes));
    return this;
  }
  text(text: string): this {
    this.parts.push(Buffer.from(text, 'utf8'));
    return this;
  }

  proto(version: number): this {
    return this.raw(0x80, version);
  }
  frame(length: number): this {
    return this.raw(0x95).u64(length);
  }
  mark(): this {
    return this.text('(');
  }
  stop(): this {
    return this.text('.');
  }
  pop(): this {
    return this.text('0');
  }
  dup(): this {
    return this.text('2');
  }
  none(): this {
    return this.text('N');
  }
  int(value: number): this {
    if (value >= 0 && value < 256) return this.raw(0x4b, value);
    return this.raw(0x4a).i32(value);
  }
  float(value: number): this {
    const part = Buffer.alloc(9);
    part[0] = 0x47;
    part.writeDoubleBE(value, 1);
    return this.bytes(part);
  }
  /** SHORT_BINUNICODE, or BINUNICODE where it is too long. */
  unicode(value: string): this {
    const content = Buffer.from(value, 'utf8');
    return content.length < 256
      ? this.raw(0x8c, content.length).bytes(content)
      : this.raw(0x58).i32(content.length).bytes(content);
  }
  /** BINUNICODE, as protocol 2 has it. */
  unicode2(value: string): this {
    const content = Buffer.from(value, 'utf8');
    return this.raw(0x58).i32(content.length).bytes(content);
  }
  /** SHORT_BINBYTES, or BINBYTES where it is too long. */
  binary(value: Uint8Array): this {
    return value.length < 256
      ? this.raw(0x43, value.length).bytes(value)
      : this.raw(0x42).i32(value.length).bytes(value);
  }
  global(module: string, name: string): this {
    return this.text(`c${module}\n${name}\n`);
  }
  inst(module: string, name: string): this {
    return this.text(`i${module}\n${name}\n`);
  }
  stackGlobal(module?: string, name?: string): this {
    if (module !== undefined) this.unicode(module);
    if (name !== undefined) this.unicode(name);
    return this.raw(0x93);
  }
  obj(): this {
    return this.text('o');
  }
  reduce(): this {
    return this.text('R');
  }
  build(): this {
    return this.text('b');
  }
  newObject(): this {
    return this.raw(0x81);
  }
  newObjectEx(): this {
    return this.raw(0x92);
  }
  tuple(count?: 0 | 1 | 2 | 3): this {
    return count === undefined ? this.text('t') : count === 0 ? this.text(')') : this.raw(0x84 + count);
  }
  emptyList(): this {
    return this.text(']');
  }
  emptyDict(): this {
    return this.text('}');
  }
  append(): this {
    return this.text('a');
  }
  appends(): this {
    return this.text('e');
  }
  setItem(): this {
    return this.text('s');
  }
  setItems(): this {
    return this.text('u');
  }
  memoize(): this {
    return this.raw(0x94);
  }
  put(index: number): this {
    return index < 256 ? this.raw(0x71, index) : this.raw(0x72).i32(index);
  }
  get(index: number): this {
    return index < 256 ? this.raw(0x68, index) : this.raw(0x6a).i32(index);
  }
  extension(code: number): this {
    return this.raw(0x82, code);
  }
  persistentId(): this {
    return this.text('Q');
  }

  /** `module.name(*args)`: import, arguments as text, call. */
  call(module: string, name: string, ...args: readonly string[]): this {
    this.stackGlobal(module, name).mark();
    for (const one of args) this.unicode(one);
    return this.tuple().reduce();
  }

  done(): Buffer {
    return Buffer.concat(this.parts);
  }

  private i32(value: number): this {
    const part = Buffer.alloc(4);
    part.writeInt32LE(value | 0);
    return this.bytes(part);
  }
  private u64(value: number): this {
    const part = Buffer.alloc(8);
    part.writeBigUInt64LE(BigInt(value));
    return this.bytes(part);
  }
}

export function pickle(version = 4): PickleWriter {
  return new PickleWriter().proto(version);
}

/** A pickle that would call `os.system` if anybody loaded it. */
export function evilPickle(command = 'id'): Buffer {
  return pickle().call('os', 'system', command).stop().done();
}

/** A state dictionary as `torch.save` writes it: tensors of so many float32 each, by key of the storage. */
export function stateDictionary(tensors: readonly number[]): Buffer {
  const out = new PickleWriter()
    .proto(2)
    .global('collections', 'OrderedDict')
    .tuple(0)
    .reduce()
    .put(0)
    .mark();
  tensors.forEach((count, key) => {
    out.unicode2(`layer.${key}.weight`);
    out.global('torch._utils', '_rebuild_tensor_v2').mark().mark();
    out
      .unicode2('storage')
      .global('torch', 'FloatStorage')
      .unicode2(String(key))
      .unicode2('cpu')
      .int(count)
      .tuple();
    out.persistentId().int(0).int(count).tuple(1).int(1).tuple(1).raw(0x89);
    out.global('collections', 'OrderedDict').tuple(0).reduce().tuple().reduce();
  });
  return out.setItems().stop().done();
}
