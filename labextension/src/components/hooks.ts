import {
  useCallback,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
  type RefObject
} from 'react';

/** The part of a model that a component needs to follow it. */
export interface IFollowed<State> {
  readonly state: State;
  readonly subscribe: (listener: () => void) => () => void;
}

/** Return a model's state, anew whenever it changes. */
export function useModel<State>(model: IFollowed<State>): State {
  return useSyncExternalStore(model.subscribe, () => model.state);
}

/** Return the seconds since 1970, anew every `every` milliseconds; 0: never. */
export function useClock(every: number): number {
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    if (every <= 0) {
      return undefined;
    }
    const timer = setInterval(() => {
      setNow(Date.now() / 1000);
    }, every);
    return () => {
      clearInterval(timer);
    };
  }, [every]);
  return now;
}

/** What an element takes up on the screen. */
export interface ISize {
  readonly width: number;
  readonly height: number;
}

/** Return a ref for an element, and its size; zero while it is hidden. */
export function useSize<T extends HTMLElement>(): [RefObject<T>, ISize] {
  const ref = useRef<T>(null);
  const [size, setSize] = useState<ISize>({ width: 0, height: 0 });
  useEffect(() => {
    const element = ref.current;
    if (!element) {
      return undefined;
    }
    const measure = (): void => {
      const { clientWidth: width, clientHeight: height } = element;
      setSize(before =>
        before.width === width && before.height === height
          ? before
          : { width, height }
      );
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => {
      observer.disconnect();
    };
  }, []);
  return [ref, size];
}

/** Return whether work is under way, and a function that begins it. */
export function useBusy(): [boolean, (work: () => Promise<void>) => void] {
  const [busy, setBusy] = useState(false);
  const begin = useCallback((work: () => Promise<void>) => {
    setBusy(true);
    void work().finally(() => {
      setBusy(false);
    });
  }, []);
  return [busy, begin];
}

/** Call `outside` when somebody clicks beside the element or presses Escape. */
export function useLeaving(
  ref: RefObject<HTMLElement>,
  open: boolean,
  outside: (escaped: boolean) => void
): void {
  const leave = useRef(outside);
  leave.current = outside;
  useEffect(() => {
    if (!open) {
      return undefined;
    }
    const clicked = (event: PointerEvent): void => {
      if (!ref.current?.contains(event.target as Node)) {
        leave.current(false);
      }
    };
    const pressed = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') {
        event.stopPropagation();
        leave.current(true);
      }
    };
    const page = ref.current?.ownerDocument ?? document;
    page.addEventListener('pointerdown', clicked, true);
    page.addEventListener('keydown', pressed, true);
    return () => {
      page.removeEventListener('pointerdown', clicked, true);
      page.removeEventListener('keydown', pressed, true);
    };
  }, [ref, open]);
}
