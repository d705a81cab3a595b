import { Component, type ReactNode } from 'react';

interface Props {
  readonly fallback: ReactNode;
  /** What the children are drawn from: when it changes, they are tried again. */
  readonly of?: unknown;
  readonly children: ReactNode;
}

interface State {
  readonly failed: boolean;
  readonly of: unknown;
}

/** Shows the fallback in place of children that cannot be drawn; everything around it goes on. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { failed: false, of: this.props.of };

  static getDerivedStateFromError(): Partial<State> {
    return { failed: true };
  }

  static getDerivedStateFromProps({ of }: Props, state: State): State | null {
    return Object.is(of, state.of) ? null : { failed: false, of };
  }

  override render() {
    return this.state.failed ? this.props.fallback : this.props.children;
  }
}
