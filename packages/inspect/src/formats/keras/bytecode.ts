/**
 * Python bytecode in a configuration: base64 of a marshalled function. It is not decompiled; the names that it holds tell
 * whether it computes or reaches the machine. A name that is put together while running would need one of them too.
 */

const REACHING =
  /^(os|sys|system|popen|posix|nt|subprocess|Popen|check_output|socket|connect|eval|exec|compile|open|__import__|importlib|import_module|getattr|setattr|globals|locals|vars|__\w+__|builtins|pickle|loads|marshal|dill|ctypes|CDLL|shutil|rmtree|remove|unlink|urlopen|urllib|requests|http|httpx|base64|b64decode|codecs|decode|pty|spawn|pathlib|write_text|write_bytes|gfile|GFile|read_file|write_file|py_function|numpy_function|py_func|load_library|load_op_library|get_file|threading|Thread|multiprocessing|runpy|code|func_load|tempfile|webbrowser|load|loadtxt|save|savez|fromfile|tofile|memmap|load_model|read|write|input|breakpoint|func_globals|f_globals|gi_frame|settrace|attrgetter|methodcaller|zlib|decompress)$/;

/** Names in the bytecode that reach beyond a computation; undefined where it is no bytecode that can be looked into. */
export function reachingNames(encoded: string): string[] | undefined {
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length < 16 || bytes.length > 16 * 1024 * 1024) return undefined;
  // A marshalled code object begins with "c", with or without the mark of a reference.
  if (((bytes[0] ?? 0) & 0x7f) !== 0x63) return undefined;
  const names = new Set<string>();
  for (const [name] of bytes.toString('latin1').matchAll(/[A-Za-z_][A-Za-z0-9_]+/g)) {
    // The length before a name can look like a letter of it.
    for (const candidate of [name, name.slice(1), name.slice(2)])
      if (REACHING.test(candidate)) names.add(candidate);
  }
  return [...names];
}
