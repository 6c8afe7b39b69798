/** Operations of TensorFlow that reach beyond the computation. Source: TensorFlow's operation registry (core/ops/*.cc). */

export type Reach = 'writes' | 'reads' | 'python' | 'native' | 'network' | 'prints';

const REACH: Readonly<Record<Reach, string>> = {
  writes:
    'WriteFile SaveDataset SaveDatasetV2 DistributedSave CreateSummaryFileWriter CreateSummaryDbWriter WriteSummary WriteRawProtoSummary ImportEvent SnapshotDataset SnapshotDatasetV2 CacheDataset CacheDatasetV2 FileSystemSetConfiguration',
  reads:
    'ReadFile MatchingFiles MatchingFilesDataset WholeFileReader WholeFileReaderV2 TextLineReader TextLineReaderV2 FixedLengthRecordReader FixedLengthRecordReaderV2 TFRecordReader TFRecordReaderV2 LMDBReader TextLineDataset TFRecordDataset TFRecordDatasetV2 FixedLengthRecordDataset FixedLengthRecordDatasetV2 CSVDataset CSVDatasetV2 LMDBDataset SqlDataset LoadDataset ImmutableConst',
  python: 'PyFunc PyFuncStateless EagerPyFunc',
  native: 'TRTEngineOp XlaCustomCall XlaCustomCallV2',
  network:
    'DataServiceDataset DataServiceDatasetV2 DataServiceDatasetV3 DataServiceDatasetV4 RegisterDataset RegisterDatasetV2',
  prints:
    'Print PrintV2 DebugIdentity DebugIdentityV2 DebugIdentityV3 DebugNanCount DebugNumericSummary DebugNumericSummaryV2',
};

const BY_NAME: ReadonlyMap<string, Reach> = new Map(
  (Object.entries(REACH) as [Reach, string][]).flatMap(([reach, names]) =>
    names.split(' ').map((name): [string, Reach] => [name, reach]),
  ),
);

/** How an operation reaches out of the model; undefined for one that computes. */
export function reachOf(operation: string): Reach | undefined {
  return BY_NAME.get(operation);
}

/** Operations with a namespace, such as `IO>FileRead`, are of libraries beside TensorFlow. */
export function isCustom(operation: string): boolean {
  return operation.includes('>') || operation.includes('::');
}
