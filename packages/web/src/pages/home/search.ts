import { z } from 'zod';

/** The day that is chosen in the calendar. */
export const HomeSearch = z.object({ day: z.iso.date().optional().catch(undefined) });
