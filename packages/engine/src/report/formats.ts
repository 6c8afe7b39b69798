/** Every format in which an assessment leaves Custos: one table for the command line, the API and the evidence pack. */

interface ExportFormat {
  readonly mediaType: string;
  /** End of a file's name. */
  readonly extension: string;
}

export const EXPORT_FORMATS = {
  json: { mediaType: 'application/json', extension: 'json' },
  sarif: { mediaType: 'application/sarif+json', extension: 'sarif' },
  cyclonedx: { mediaType: 'application/vnd.cyclonedx+json; version=1.7', extension: 'cdx.json' },
  oscal: { mediaType: 'application/oscal+json', extension: 'oscal.json' },
  'in-toto': { mediaType: 'application/vnd.in-toto+dsse', extension: 'dsse.json' },
  csv: { mediaType: 'text/csv; charset=utf-8', extension: 'csv' },
  xlsx: {
    mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    extension: 'xlsx',
  },
  ics: { mediaType: 'application/json', extension: 'ics.json' },
  html: { mediaType: 'text/html; charset=utf-8', extension: 'html' },
  md: { mediaType: 'text/markdown; charset=utf-8', extension: 'md' },
  pdf: { mediaType: 'application/pdf', extension: 'pdf' },
} as const satisfies Record<string, ExportFormat>;
export type ExportFormatName = keyof typeof EXPORT_FORMATS;
