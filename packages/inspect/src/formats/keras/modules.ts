/** Which modules and names a configuration of Keras may ask for. */

/** Packages whose classes are layers, losses and the like. */
const FRAMEWORKS = new Set([
  'keras',
  'tf_keras',
  'keras_hub',
  'keras_cv',
  'keras_nlp',
  'keras_core',
  'tensorflow',
  'tf',
  'builtins',
]);

/** Modules that no model needs: asking for them is asking to run something. */
const DANGEROUS = new Set(
  (
    'os posix nt subprocess sys shutil socket ssl ctypes importlib runpy pty code codeop commands platform builtins __builtin__ ' +
    'pickle _pickle dill cloudpickle joblib marshal shelve pip pkgutil zipimport webbrowser urllib requests http httpx ftplib ' +
    'smtplib telnetlib asyncio multiprocessing threading concurrent signal tempfile pathlib io timeit trace pdb bdb cProfile ' +
    'profile inspect types operator functools distutils setuptools ensurepip venv antigravity idlelib pydoc ast dis gc atexit'
  ).split(' '),
);

/** Public functions of Keras and TensorFlow that load, fetch, write or switch protection off. */
const NON_MODELLING = new Set(
  (
    'get_file extract_archive enable_unsafe_deserialization load_model load_weights save_model save_weights model_from_json ' +
    'model_from_yaml model_from_config load_img save_img image_dataset_from_directory text_dataset_from_directory ' +
    'audio_dataset_from_directory timeseries_dataset_from_array deserialize_keras_object serialize_keras_object register_keras_serializable ' +
    'custom_object_scope func_load func_dump clear_session plot_model model_to_dot read_file write_file py_function numpy_function py_func ' +
    'load_library load_op_library matching_files gfile GFile copy remove rmtree rename makedirs glob eval exec compile open __import__ ' +
    'getattr setattr input breakpoint'
  ).split(' '),
);

export type Judgement = 'ordinary' | 'dangerous' | 'non-modelling' | 'foreign';

/** @param module dotted, or null where the object is one that the loader must know by its registered name */
export function judge(module: string | null, name: string): Judgement {
  const last = name.slice(name.lastIndexOf('.') + 1).replace(/^.*>/, '');
  if (NON_MODELLING.has(last))
    return module === null || FRAMEWORKS.has(top(module)) ? 'non-modelling' : 'dangerous';
  if (module === null) return 'ordinary';
  const package_ = top(module);
  // `builtins` names Keras' own defaults, such as the function "relu"; what could be meant else was judged above.
  if (package_ === 'builtins') return 'ordinary';
  if (DANGEROUS.has(package_)) return 'dangerous';
  return FRAMEWORKS.has(package_) ? 'ordinary' : 'foreign';
}

function top(module: string): string {
  return module.split('.', 1)[0] ?? module;
}

/** Whether a path of modules leads through a module that no model needs, such as `keras.src.utils.os`. */
export function passesDangerous(module: string): string | undefined {
  return module
    .split('.')
    .slice(1)
    .find((part) =>
      [
        'os',
        'sys',
        'subprocess',
        'shutil',
        'importlib',
        'builtins',
        'socket',
        'ctypes',
        'pickle',
        'marshal',
      ].includes(part),
    );
}
