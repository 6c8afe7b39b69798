/** What changes on the service is read again here, while the page is in sight. */
import { getCatalogue, getObservation, replayAssessment, streamEvents, urlOf } from '@custos/contract';
import { useDocumentVisibility } from '@mantine/hooks';
import { useEffect } from 'react';
import { queryClient } from '../api/client.ts';

/** Never another answer: recorded once, or computed from what was. */
const FIXED: ReadonlySet<unknown> = new Set([getCatalogue.id, getObservation.id, replayAssessment.id]);
/** Many changes at once are one reading, so many milliseconds after the first. */
const PAUSE = 400;

export function useLive(organisation: string | undefined): void {
  const visible = useDocumentVisibility() === 'visible';
  useEffect(() => {
    // A browser has few connections to one host; pages out of sight leave theirs to others.
    if (organisation === undefined || !visible) return;
    const source = new EventSource(urlOf(streamEvents, { params: { organisation } }));
    let pending: ReturnType<typeof setTimeout> | undefined;
    const refresh = () => {
      pending ??= setTimeout(() => {
        pending = undefined;
        void queryClient.invalidateQueries({ predicate: ({ queryKey: [id] }) => !FIXED.has(id) });
      }, PAUSE);
    };
    source.addEventListener('message', refresh);
    source.addEventListener('reset', refresh);
    return () => {
      clearTimeout(pending);
      source.close();
    };
  }, [organisation, visible]);
}
