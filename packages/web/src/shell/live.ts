/** What changes on the service is read again here, while the page is in sight. */
import { getCatalogue, getObservation, replayAssessment, streamEvents, urlOf } from '@custos/contract';
import { useDocumentVisibility } from '@mantine/hooks';
import { useEffect } from 'react';
import { queryClient } from '../api/client.ts';

/** Never another answer: recorded once, or computed from what was. */
const FIXED: ReadonlySet<unknown> = new Set([getCatalogue.id, getObservation.id, replayAssessment.id]);
/** Many changes at once are one reading, so many milliseconds after the first. */
const PAUSE = 400;
/** How long a service that refused is left alone, in milliseconds. */
const PATIENCE = 15_000;

export function useLive(organisation: string | undefined): void {
  const visible = useDocumentVisibility() === 'visible';
  useEffect(() => {
    // A browser has few connections to one host; pages out of sight leave theirs to others.
    if (organisation === undefined || !visible) return;
    let source: EventSource;
    let pending: ReturnType<typeof setTimeout> | undefined;
    let again: ReturnType<typeof setTimeout> | undefined;
    let missed = false;
    const refresh = () => {
      pending ??= setTimeout(() => {
        pending = undefined;
        void queryClient.invalidateQueries({ predicate: ({ queryKey: [id] }) => !FIXED.has(id) });
      }, PAUSE);
    };
    const listen = () => {
      source = new EventSource(urlOf(streamEvents, { params: { organisation } }));
      source.addEventListener('message', refresh);
      source.addEventListener('reset', refresh);
      source.addEventListener('error', () => {
        // A browser tries again by itself, but not after an answer such as 503.
        if (source.readyState !== EventSource.CLOSED) return;
        missed = true;
        again = setTimeout(listen, PATIENCE);
      });
      source.addEventListener('open', () => {
        if (missed) refresh();
        missed = false;
      });
    };
    listen();
    return () => {
      clearTimeout(pending);
      clearTimeout(again);
      source.close();
    };
  }, [organisation, visible]);
}
