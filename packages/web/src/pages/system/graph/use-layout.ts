import { useEffect, useState } from 'react';
import type { Layout, Unplaced } from './place.ts';

/** The arrangement of a graph; undefined until the worker has it. */
export function useLayout(graph: Unplaced): Layout | undefined {
  const [done, setDone] = useState<{ of: Unplaced; layout: Layout }>();
  useEffect(() => {
    const worker = new Worker(new URL('./layout.worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<Layout>) =>
      setDone({ of: graph, layout: data }),
    );
    worker.postMessage(graph);
    return () => worker.terminate();
  }, [graph]);
  return done?.of === graph ? done.layout : undefined;
}
