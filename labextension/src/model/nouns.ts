import type { components } from '../records';

type Schemas = components['schemas'];

/** One page of a listing. */
export interface IPage<T> {
  items: T[];
  /** Give it back to get the next page; null on the last. */
  cursor: string | null;
  total: number;
  /** Whether there are more than `total`. */
  total_capped: boolean;
}

export type Artifact = Schemas['Artifact'];
export type ArtifactDiff = Schemas['ArtifactDiff'];
export type ArtifactVersion = Schemas['ArtifactVersion'];
export type Asset = Schemas['Asset'];
export type Attachment = Schemas['Attachment'];
export type Checkpoint = Schemas['Checkpoint'];
export type Datastore = Schemas['Datastore'];
export type DatastoreVersion = Schemas['DatastoreVersion'];
export type DiffLine = Schemas['DiffLine'];
export type Entry = Schemas['Entry'];
export type Experiment = Schemas['Experiment'];
export type Field = Schemas['Field'];
export type Lineage = Schemas['Lineage'];
export type LineageEdge = Schemas['LineageEdge'];
export type LineageNode = Schemas['LineageNode'];
export type LogStream = Schemas['LogStream'];
export type Member = Schemas['Member'];
export type NewShare = Schemas['NewShare'];
export type Overview = Schemas['Overview'];
export type Overwrite = Schemas['Overwrite'];
export type Peek = Schemas['Peek'];
export type Plan = Schemas['Plan'];
export type Problem = Schemas['Problem'];
export type Receipt = Schemas['Receipt'];
export type Role = Schemas['Role'];
export type Run = Schemas['Run'];
export type RunWithExperiments = Schemas['RunWithExperiments'];
export type Series = Schemas['Series'];
export type Session = Schemas['Session'];
export type Share = Schemas['Share'];
export type State = Schemas['State'];
export type Summary = Schemas['Summary'];
export type Team = Schemas['Team'];
export type TeamEvent = Schemas['Event'];
export type Transfer = Schemas['Transfer'];
export type Verdict = Schemas['Verdict'];
