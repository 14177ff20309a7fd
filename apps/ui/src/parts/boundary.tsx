/** Where a part of the page breaks, the rest of it stays: the part says so, and can be tried again. */
import { useQueryClient } from '@tanstack/react-query'
import { Component, type ReactNode } from 'react'
import { useText } from '../text/index.tsx'
import { Button } from './button.tsx'

interface Props {
  /** What is shown in it: something else is tried without being told to. */
  of?: string
  children: ReactNode
}

// React knows no other way than a class to catch what rendering throws.
export class Boundary extends Component<Props, { broken?: unknown }> {
  override state: { broken?: unknown } = {}

  static getDerivedStateFromError(broken: unknown): { broken: unknown } {
    return { broken }
  }

  override componentDidUpdate({ of }: Props): void {
    if (of !== this.props.of && this.state.broken !== undefined) this.setState({ broken: undefined })
  }

  override render(): ReactNode {
    const { broken } = this.state
    return broken === undefined ? (
      this.props.children
    ) : (
      <Broken error={broken} retry={() => this.setState({ broken: undefined })} />
    )
  }
}

const Broken = ({ error, retry }: { error: unknown; retry: () => void }) => {
  const t = useText().parts
  const queries = useQueryClient()
  // What it broke on may be an answer that is kept.
  const again = (): void => {
    queries.removeQueries({ type: 'inactive' })
    retry()
  }
  return (
    <div role="alert" className="m-3 rounded-md border border-error px-3 py-2">
      <p>
        <b className="text-error">{t.broken}</b> {String(error)}
      </p>
      <p className="text-dim">{t.brokenHint}</p>
      <Button className="mt-2" onClick={again}>
        {t.retry}
      </Button>
    </div>
  )
}
