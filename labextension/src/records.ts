// The nouns as they travel. The same names as the OpenAPI document has.

export interface components {
  schemas: {
    /** One file. */
    Asset: {
      /** below its manifest, POSIX style. */
      path: string;
      /** bytes. */
      size: number;
      /** "blake3:<hex>"; "" when none was recorded. */
      digest: string;
      /** the file's own time. */
      modified: number;
      /** when we took it. */
      captured: number;
      /** where the bytes are, for a person (e.g. a file:// or s3:// URI). */
      uri: string;
      /** 1 for the first capture, one more for each later one. */
      revision: number;
      /** by its name, e.g. "image/png". */
      media_type: string;
      /** what a reader must know, e.g. "open when the process ended". */
      note: string;
    };
    /** A datastore version attached to a session. */
    Attachment: {
      /** "datastores/cats/v1". */
      address: string;
      /** where code can open it, absolute. */
      path: string;
      /** the same below the session's root. */
      relative: string;
      /** when. */
      attached: number;
      /** handle. */
      attached_by: string;
    };
    /** A checkpoint of an experiment. */
    Checkpoint: {
      /** names it. */
      uuid: string;
      /** "runs/alice/mnist/exp0/checkpoints/<uuid>". */
      address: string;
      /** where it stands. */
      state: components['schemas']['CheckpointState'];
      /** batches processed when it was saved. */
      steps_completed: number;
      /** when. */
      reported: number;
      /** path → bytes. */
      resources: { [key: string]: number };
      /** anything the user noted. */
      metadata: { [key: string]: unknown };
      /** where its bytes are. */
      storage_uri: string;
    };
    /** Where a checkpoint stands (Determined's `checkpointv1State`). */
    CheckpointState: 'ACTIVE' | 'COMPLETED' | 'ERROR' | 'DELETED' | 'PARTIALLY_DELETED';
    /** A named, versioned, read-only dataset. */
    Datastore: {
      /** unique in the team, ignoring case. */
      name: string;
      /** "datastores/cats". */
      address: string;
      /** handle. */
      owner: string;
      /** for people. */
      description: string;
      /** when. */
      created: number;
      /** oldest first. */
      versions: components['schemas']['DatastoreVersion'][];
    };
    /** One immutable version of a datastore. */
    DatastoreVersion: {
      /** "datastores/cats/v1". */
      address: string;
      /** "v1". */
      version: string;
      /** 1. */
      number: number;
      /** sum of sizes. */
      bytes: number;
      /** how many. */
      files: number;
      /** when. */
      created: number;
      /** handle. */
      created_by: string;
      /** the folder it was copied from. */
      source: string;
      /** where its bytes are. */
      uri: string;
    };
    /** One line of a tree: a folder or a file. */
    Entry: {
      /** last part of its path. */
      name: string;
      /** its place in the one tree, e.g. "runs/alice/mnist/exp0/files/a.txt". */
      address: string;
      /** "folder" or "file". */
      kind: string;
      /** bytes; of a folder, of everything below it. */
      size: number;
      /** files below it; 1 for a file. */
      count: number;
      /** newest time below it. */
      modified: number;
      /** the file itself; None for a folder. */
      asset: components['schemas']['Asset'] | null;
    };
    /** Something changed. */
    Event: {
      /** grows by one per event of a catalog. */
      seq: number;
      /** "run", "experiment", "metrics", "files", "checkpoint", "logs", "datastore", "session", "transfer", "member". */
      kind: string;
      /** "created", "changed" or "deleted". */
      change: string;
      /** of what changed. */
      address: string;
      /** when. */
      time: number;
      /** a few values that spare a request; {} for none. */
      data: { [key: string]: unknown };
    };
    /** One set of hyperparameters being trained. */
    Experiment: {
      /** ULID; names its folder in the storage. */
      id: string;
      /** as people say it, e.g. "alice:mnist-exp0". */
      address: string;
      /** handle of its owner. */
      user: string;
      /** the run's name. */
      run: string;
      /** N of exp<N>. */
      number: number;
      /** where it stands. */
      state: components['schemas']['State'];
      /** why it ended, for a person; "" while it runs. */
      exit_reason: string;
      /** hyperparameters as given, nested. */
      params: { [key: string]: unknown };
      /** of its run. */
      tags: string[];
      /** what made it: "script", "notebook", "run" (the command), "demo", … */
      source: string;
      /** when. */
      started: number;
      /** when; None while it runs. */
      ended: number | null;
      /** seconds it has been running, pauses left out. */
      wall_clock_time: number;
      /** what the process that runs it says of itself. */
      runner_state: string;
      /** how often it was started again. */
      restarts: number;
      /** the largest step reported. */
      total_batches_processed: number;
      /** uuid it started from; "" for none. */
      warm_start_checkpoint: string;
      /** uuid of the one with the best validation; "" for none. */
      best_checkpoint: string;
      /** best value of the searcher's metric. */
      best_validation: number | 'NaN' | 'Infinity' | '-Infinity' | null;
      /** latest value of the searcher's metric. */
      latest_validation: number | 'NaN' | 'Infinity' | '-Infinity' | null;
      /** "<group>.<name>", signed: "-" in front when smaller is better. */
      searcher_metric: string;
      /** signed so that larger is better. */
      searcher_metric_value: number | 'NaN' | 'Infinity' | '-Infinity' | null;
      /** how many there are. */
      checkpoint_count: number;
      /** bytes. */
      total_checkpoint_size: number;
      /** how many files were captured. */
      file_count: number;
      /** bytes of files and checkpoints. */
      artifact_bytes: number;
      /** how many files could not be captured. */
      uncaptured: number;
      /** by "<group>.<name>". */
      summary_metrics: { [key: string]: components['schemas']['Summary'] };
      /** process ids or cluster tasks that ran it. */
      task_ids: string[];
      /** how long logs are kept; None for ever. */
      log_retention_days: number | null;
      /** which log policy matched; "" for none. */
      log_policy_matched: string;
      /** anything the user noted. */
      metadata: { [key: string]: unknown };
      /** folder of its bytes, for a person and their tools. */
      storage_uri: string;
      /** grows with each change of the row; its ETag. */
      revision: number;
    };
    /** A field that queries, sorting and columns may name. */
    Field: {
      /** as a query writes it, e.g. 'params.lr' or 'metrics["a"]["b/c"]'. */
      name: string;
      /** "number", "text", "time" or "state". */
      kind: string;
      /** what a table's head says, e.g. "lr" or "training.loss". */
      column: string;
      /** "run", "params", "metrics" or "metadata". */
      group: string;
      /** how many experiments have it, counted up to 10,000. */
      experiments: number;
    };
    /** A log stream of an experiment. */
    LogStream: {
      /** "output" (both, in order), "stdout" or "stderr". */
      stream: string;
      /** bytes so far. */
      size: number;
      /** "runs/alice/mnist/exp0/logs/<stream>". */
      address: string;
      /** whether more may come. */
      growing: boolean;
    };
    /** Every file of one experiment, checkpoint or datastore version. */
    Manifest: {
      /** of what. */
      address: string;
      /** by path. */
      assets: components['schemas']['Asset'][];
      /** what was seen and not captured. */
      uncaptured: components['schemas']['Uncaptured'][];
      /** sum of sizes. */
      bytes: number;
      /** whether more may come (an experiment that runs). */
      growing: boolean;
    };
    /** A member of the team. */
    Member: {
      /** the name addresses use; unique ignoring case. */
      handle: string;
      /** the name the identity provider gave, e.g. an e-mail address. */
      login: string;
      /** for people. */
      display_name: string;
      /** what they may do. */
      role: components['schemas']['Role'];
      /** when first seen. */
      joined: number;
      /** how many runs they own. */
      runs: number;
    };
    /** It was done; `message` says what, for a person. */
    Ok: {
      /** one sentence. */
      message: string;
      /** what it was done to. */
      address: string;
    };
    /** What to do with a file that stands where a download would write. */
    Overwrite: 'error' | 'skip' | 'replace' | 'rename';
    /** What a download will do, shown before a byte moves. */
    Plan: {
      /** what is downloaded. */
      address: string;
      /** the target folder, absolute. */
      to: string;
      /** every file with its verdict. */
      files: components['schemas']['PlannedFile'][];
      /** to be moved. */
      bytes: number;
      /** bytes free at the target. */
      free: number;
      /** the policy chosen. */
      overwrite: components['schemas']['Overwrite'];
    };
    /** One file of a plan. */
    PlannedFile: {
      /** below the source. */
      path: string;
      /** path below the target folder. */
      target: string;
      /** bytes. */
      size: number;
      /** "blake3:<hex>", or "" when none was recorded. */
      digest: string;
      /** where the storage holds it. */
      key: string;
      /** what will happen. */
      verdict: components['schemas']['Verdict'];
      /** the file's own time, given back to it. */
      modified: number;
    };
    /** The JSON header of a points reply. */
    PointsHeader: {
      series: components['schemas']['SeriesPoints'][];
    };
    /** An error as it travels over REST. */
    Problem: {
      /** stable, for programs, e.g. "not-found". */
      code: string;
      /** what failed and why, for a person. */
      message: string;
      /** on which address; for a query, the query. */
      address: string;
      /** what to do next. */
      hint: string;
      /** for a query, the 0-based character at which it goes wrong. */
      column: number | null;
      /** for a query, how many characters are wrong. */
      length: number | null;
      /** Jupyter's own error shape wants one; it equals `code`. */
      reason: string;
    };
    /** What a transfer did, and which checks really ran. */
    Receipt: {
      /** what was downloaded. */
      address: string;
      /** the target folder, absolute. */
      to: string;
      /** every file. */
      files: components['schemas']['ReceiptFile'][];
      /** moved. */
      bytes: number;
      /** when. */
      started: number;
      /** when. */
      ended: number;
      /** handle of who asked. */
      user: string;
      /** URI of the storage it came from. */
      source: string;
      /** where the receipt itself is kept. */
      path: string;
    };
    /** What happened to one file. */
    ReceiptFile: {
      /** below the source. */
      path: string;
      /** path below the target folder. */
      target: string;
      /** bytes. */
      size: number;
      /** of the bytes now on disk. */
      digest: string;
      /** the check that ran: "blake3", or "not checked". */
      check: string;
      /** "written", "same", "skipped", "replaced", "renamed". */
      outcome: string;
    };
    /** What a member may do; each includes the ones before it. */
    Role: 'viewer' | 'member' | 'admin' | 'owner';
    /** One thing somebody started; owns experiments exp0..expN. */
    Run: {
      /** ULID. */
      id: string;
      /** as people say it, e.g. "alice:mnist". */
      address: string;
      /** handle of its owner. */
      user: string;
      /** unique for its owner, ignoring case. */
      name: string;
      /** the sum of its experiments' states. */
      state: components['schemas']['State'];
      /** what made it. */
      source: string;
      /** sorted. */
      tags: string[];
      /** when. */
      created: number;
      /** when the last experiment ended; None while one lives. */
      ended: number | null;
      /** path of the script, relative to the folder; "" for a notebook. */
      script: string;
      /** the script's own arguments. */
      arguments: string[];
      /** where it was started. */
      folder: string;
      /** {"commit", "branch", "remote", "dirty", "diff"} as far as known. */
      git: { [key: string]: unknown };
      /** {"python", "platform", "host", "packages", …}. */
      environment: { [key: string]: unknown };
      /** addresses of datastore versions it was started with. */
      datastores: string[];
      /** address of the run it was cloned from; "" for none. */
      cloned_from: string;
      /** the name that was asked for, when it was taken; else "". */
      renamed_from: string;
      /** how many it owns. */
      experiments: number;
      /** bytes of all its files and checkpoints. */
      artifact_bytes: number;
    };
    /** A run and its experiments, in the order of their numbers. */
    RunWithExperiments: {
      run: components['schemas']['Run'];
      experiments: components['schemas']['Experiment'][];
    };
    /** A metric series of one experiment. */
    Series: {
      /** address. */
      experiment: string;
      /** e.g. "training". */
      group: string;
      /** e.g. "loss". */
      name: string;
      /** {} but for profiler series. */
      labels: { [key: string]: string };
      /** how many points. */
      count: number;
      /** the value logged last. */
      last: number | 'NaN' | 'Infinity' | '-Infinity';
      /** the step logged last. */
      last_step: number;
      /** smallest, NaN left out. */
      min: number | 'NaN' | 'Infinity' | '-Infinity';
      /** largest, NaN left out. */
      max: number | 'NaN' | 'Infinity' | '-Infinity';
      /** how many points are NaN or an infinity. */
      nonfinite: number;
    };
    /** How the points of one series lie in a points reply. */
    SeriesPoints: {
      /** which one, with its whole count. */
      series: components['schemas']['Series'];
      /** points in the asked range. */
      total: number;
      /** points in this reply. */
      shown: number;
      /** whether shown < total. */
      sampled: boolean;
    };
    /** A running Jupyter server of the team. */
    Session: {
      /** ULID. */
      id: string;
      /** handle of who started it. */
      owner: string;
      /** for people, e.g. the folder's name. */
      name: string;
      /** where it is, without any token. */
      url: string;
      /** its root folder. */
      root: string;
      /** machine. */
      host: string;
      /** when. */
      started: number;
      /** last sign of life. */
      last_seen: number;
      /** handles of who is there now. */
      people: string[];
      /** datastores attached to it. */
      attachments: components['schemas']['Attachment'][];
    };
    /** Where an experiment, or a run as the sum of its experiments, stands. */
    State: 'UNSPECIFIED' | 'QUEUED' | 'PULLING' | 'STARTING' | 'RUNNING' | 'PAUSED' | 'STOPPING_CANCELED' | 'STOPPING_KILLED' | 'STOPPING_COMPLETED' | 'STOPPING_ERROR' | 'CANCELED' | 'COMPLETED' | 'ERRORED';
    /** A file and the key under which the storage holds it. */
    StoredAsset: {
      asset: components['schemas']['Asset'];
      key: string;
    };
    /** A metric series in a few numbers. */
    Summary: {
      /** the value logged last. */
      last: number | 'NaN' | 'Infinity' | '-Infinity';
      /** the smallest, NaN left out. */
      min: number | 'NaN' | 'Infinity' | '-Infinity';
      /** the largest, NaN left out. */
      max: number | 'NaN' | 'Infinity' | '-Infinity';
      /** the step logged last. */
      last_step: number;
      /** how many points there are. */
      count: number;
      /** how many of them are NaN or an infinity. */
      nonfinite: number;
      /** at most 40 values spread over the steps, for a sparkline. */
      spark: (number | 'NaN' | 'Infinity' | '-Infinity')[];
    };
    /** The team. */
    Team: {
      /** for people. */
      name: string;
      /** the handle of who asks. */
      me: string;
      /** everyone, by handle. */
      members: components['schemas']['Member'][];
    };
    /** A personal token as it is listed; the secret itself is never stored. */
    Token: {
      /** names the token, not secret. */
      id: string;
      /** whose it is. */
      handle: string;
      /** what it is for. */
      label: string;
      /** when it was made. */
      created: number;
      /** when it was revoked; None while it is good. */
      revoked: number | null;
    };
    /** A download that a server carries out for somebody. */
    Transfer: {
      /** ULID. */
      id: string;
      /** handle of who asked. */
      owner: string;
      /** what is downloaded. */
      address: string;
      /** target folder below the session's root. */
      to: string;
      /** where it stands. */
      state: components['schemas']['TransferState'];
      /** verified so far. */
      done_bytes: number;
      /** to be moved. */
      total_bytes: number;
      /** verified so far. */
      done_files: number;
      /** to be moved. */
      total_files: number;
      /** bytes a second, over the last seconds. */
      rate: number;
      /** when. */
      started: number;
      /** when; None while it moves. */
      ended: number | null;
      /** why it failed; "" when it did not. */
      error: string;
      /** what it did; None until it is done. */
      receipt: components['schemas']['Receipt'] | null;
    };
    /** Where a transfer stands. */
    TransferState: 'queued' | 'moving' | 'done' | 'failed' | 'canceled';
    /** A file that was seen and not captured, and why. */
    Uncaptured: {
      path: string;
      reason: string;
      seen: number;
    };
    /** What a plan says of one file. */
    Verdict: 'new' | 'same' | 'would overwrite' | 'skip' | 'replace' | 'rename';
  };
}
