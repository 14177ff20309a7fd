/** Buttons of one look. */
import type { ButtonHTMLAttributes, Ref } from 'react'

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  ref?: Ref<HTMLButtonElement>
  /** Pressed, where it is a switch; told to assistive technology too. */
  pressed?: boolean
  /** Without border: in rows and bars. */
  plain?: boolean
}

const SHAPE = 'inline-flex items-center gap-1.5 whitespace-nowrap rounded-md disabled:opacity-60'
const FRAMED = 'h-7.5 px-2.5 border border-line bg-bg hover:bg-row'
const PLAIN = 'h-6 px-1.5 hover:bg-row'

export const Button = ({ pressed, plain = false, className = '', ...rest }: ButtonProps) => (
  <button
    type="button"
    {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
    className={`${SHAPE} ${plain ? PLAIN : FRAMED} aria-pressed:bg-row aria-pressed:text-accent ${className}`}
    {...rest}
  />
)
