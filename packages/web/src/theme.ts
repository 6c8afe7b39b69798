/** One look for all pages. Verdicts are told by word and shape as well as colour. */
import { createTheme, type MantineColorsTuple } from '@mantine/core';

const custos: MantineColorsTuple = [
  '#eaf3fb',
  '#d3e4f3',
  '#a3c8e7',
  '#6faadb',
  '#4690d0',
  '#2d80ca',
  '#1e78c8',
  '#1066b1',
  '#035a9f',
  '#004e8d',
];

export const theme = createTheme({
  primaryColor: 'custos',
  primaryShade: { light: 8, dark: 7 },
  colors: { custos },
  autoContrast: true,
  luminanceThreshold: 0.2,
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    // Wide tables scroll sideways, by keyboard too.
    TableScrollContainer: { defaultProps: { scrollAreaProps: { viewportProps: { tabIndex: 0 } } } },
    // The head of a dialog is no banner of the page.
    Modal: { defaultProps: { attributes: { header: { role: 'presentation' } } } },
    Drawer: { defaultProps: { attributes: { header: { role: 'presentation' } } } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
  },
});
