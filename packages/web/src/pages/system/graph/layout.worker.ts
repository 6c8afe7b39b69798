/** The arrangement is computed beside the page, which stays usable meanwhile. */
import { place, type Unplaced } from './place.ts';

self.addEventListener('message', ({ data }: MessageEvent<Unplaced>) => {
  const { ids, places } = place(data);
  self.postMessage({ ids, places });
});
