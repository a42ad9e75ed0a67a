import type { IWidgetModel } from '../../src/widgets/traits';

type Listener = (...values: never[]) => void;
type Traits = Record<string, unknown>;

interface IMessage {
  readonly type: string;
  readonly page: string;
  readonly id: number;
  readonly addresses: string[];
  readonly query: string;
  readonly sort: string;
  readonly columns: string[];
}

/** A kernel with one explorer: does commands in order, and tells every page. */
export class FakeKernel {
  traits: Traits = { query: '', sort: '-started', columns: [], selected: [] };
  /** Types of the commands that came, in order. */
  readonly heard: string[] = [];
  /** Commands that were sent and not yet done. */
  readonly queue: IMessage[] = [];
  /** Whether it does commands as they come; false: when `work` is called. */
  prompt = true;
  dead = false;
  /** Refuses the next command with this message. */
  refusal = '';

  /** Return a page's model of the explorer. */
  page(): IWidgetModel {
    const page = new FakePage(this);
    this._pages.push(page);
    return page;
  }

  send(message: IMessage): void {
    if (this.dead) {
      return;
    }
    this.queue.push(message);
    if (this.prompt) {
      this.work();
    }
  }

  /** Do what was asked, one command after the other. */
  work(): void {
    for (const message of this.queue.splice(0)) {
      this.heard.push(message.type);
      const refused = this.refusal;
      this.refusal = '';
      if (!refused) {
        this._do(message);
      }
      const { page, id } = message;
      const status = refused ? 400 : 200;
      const json = refused ? { message: refused, hint: '', code: 'x' } : {};
      this._tell('msg:custom', { type: 'reply', page, id, status, json }, []);
    }
  }

  /** Set a trait, as Python code does. */
  set(name: string, value: unknown): void {
    if (JSON.stringify(this.traits[name]) === JSON.stringify(value)) {
      return;
    }
    this.traits = { ...this.traits, [name]: value };
    this._tell(`change:${name}`);
  }

  private _do(message: IMessage): void {
    const selected = this.traits['selected'] as string[];
    const { type, addresses, query, sort, columns } = message;
    if (type === 'select') {
      this.set('selected', [...new Set([...selected, ...addresses])]);
    } else if (type === 'deselect') {
      const left = selected.filter(one => !addresses.includes(one));
      this.set('selected', left);
    } else if (type === 'set-query') {
      this.set('query', query);
    } else if (type === 'set-sort') {
      this.set('sort', sort);
    } else if (type === 'set-columns') {
      this.set('columns', columns);
    }
  }

  private _tell(event: string, ...values: unknown[]): void {
    for (const page of this._pages) {
      page.emit(event, values);
    }
  }

  private readonly _pages: FakePage[] = [];
}

class FakePage implements IWidgetModel {
  constructor(kernel: FakeKernel) {
    this._kernel = kernel;
  }

  get(name: string): unknown {
    return this._kernel.traits[name];
  }

  send(content: unknown): void {
    this._kernel.send(content as IMessage);
  }

  on(event: string, listener: Listener): void {
    const known = this._listeners.get(event) ?? new Set();
    this._listeners.set(event, known.add(listener));
  }

  off(event: string, listener: Listener): void {
    this._listeners.get(event)?.delete(listener);
  }

  emit(event: string, values: unknown[]): void {
    for (const listener of [...(this._listeners.get(event) ?? [])]) {
      listener(...(values as never[]));
    }
  }

  private readonly _kernel: FakeKernel;
  private readonly _listeners = new Map<string, Set<Listener>>();
}
