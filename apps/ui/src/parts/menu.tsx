/** A button that opens a menu. Keyboard and focus are Base UI's. */
import { Menu as Base } from '@base-ui/react/menu'
import type { ReactElement, ReactNode } from 'react'

export const POPUP =
  'z-50 max-h-96 min-w-44 max-w-96 overflow-auto rounded-md border border-line bg-panel p-1 shadow-lg outline-none'
const ITEM =
  'flex w-full cursor-default select-none items-center gap-2 rounded px-2 py-1 outline-none data-highlighted:bg-row data-highlighted:shadow-[inset_2px_0_0_var(--accent)] data-disabled:text-dim'

/** @example <Menu trigger={<Button>More</Button>}><MenuItem onClick={copy}>Copy</MenuItem></Menu> */
export const Menu = ({ trigger, children }: { trigger: ReactElement; children: ReactNode }) => (
  <Base.Root modal={false}>
    <Base.Trigger render={trigger} />
    <Base.Portal>
      <Base.Positioner sideOffset={4} className="z-50">
        <Base.Popup className={POPUP}>{children}</Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  </Base.Root>
)

export const MenuItem = ({
  onClick,
  disabled,
  children,
}: {
  onClick: () => void
  disabled?: boolean
  children: ReactNode
}) => (
  <Base.Item className={ITEM} onClick={onClick} disabled={disabled ?? false}>
    {children}
  </Base.Item>
)

export const MenuCheck = ({
  checked,
  onChange,
  children,
}: {
  checked: boolean
  onChange: (checked: boolean) => void
  children: ReactNode
}) => (
  <Base.CheckboxItem className={ITEM} checked={checked} onCheckedChange={onChange}>
    <span aria-hidden="true" className="w-3 text-accent">
      {checked ? '✓' : ''}
    </span>
    {children}
  </Base.CheckboxItem>
)

export const MenuRadio = <T extends string>({
  value,
  onChange,
  options,
  closes = false,
}: {
  value: T
  onChange: (value: T) => void
  options: readonly { value: T; label: string }[]
  /** Whether the menu closes when one is chosen. */
  closes?: boolean
}) => (
  <Base.RadioGroup value={value} onValueChange={onChange}>
    {options.map((option) => (
      <Base.RadioItem key={option.value} value={option.value} closeOnClick={closes} className={ITEM}>
        <span aria-hidden="true" className="w-3 text-accent">
          {option.value === value ? '✓' : ''}
        </span>
        {option.label}
      </Base.RadioItem>
    ))}
  </Base.RadioGroup>
)

export const MenuLine = () => <Base.Separator className="my-1 h-px bg-line" />

/** What a group of items is about. */
export const MenuLabel = ({ children }: { children: ReactNode }) => (
  <div className="truncate px-2 py-1 text-dim text-[11px]">{children}</div>
)
