declare module 'seek-bzip' {
  interface ByteReader {
    readByte(): number;
    read(into: Uint8Array, at: number, length: number): number;
    eof(): boolean;
  }
  interface ByteWriter {
    writeByte(byte: number): void;
    flush(): void;
  }
  const bzip: { decode(input: ByteReader, output: ByteWriter, multistream?: boolean): void };
  export default bzip;
}
