/** A dialog over the page. */
import { Dialog as Base } from '@base-ui/react/dialog'
import type { ReactNode } from 'react'

export const Dialog = ({
  open,
  onClose,
  title,
  close,
  children,
}: {
  open: boolean
  onClose: () => void
  title: string
  /** What the button that closes it is called. */
  close: string
  children: ReactNode
}) => (
  <Base.Root open={open} onOpenChange={(next) => next || onClose()}>
    <Base.Portal>
      <Base.Backdrop className="fixed inset-0 z-40 bg-[#00000088]" />
      <Base.Popup className="fixed top-[8vh] left-1/2 z-50 max-h-[84vh] w-[min(760px,92vw)] -translate-x-1/2 overflow-auto rounded-lg border border-line bg-panel p-5 shadow-xl outline-none">
        <div className="mb-3 flex items-center justify-between">
          <Base.Title className="font-semibold text-[15px]">{title}</Base.Title>
          <Base.Close aria-label={close} className="size-7 rounded hover:bg-row">
            ✕
          </Base.Close>
        </div>
        {children}
      </Base.Popup>
    </Base.Portal>
  </Base.Root>
)
