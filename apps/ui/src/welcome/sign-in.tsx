/** The way in to a hub that has a token. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { ApiError, ask } from '../api/client.ts'
import { signedIn } from '../api/signed-out.ts'
import { setToken } from '../api/token.ts'
import { Button } from '../parts/button.tsx'
import { Problem } from '../parts/problem.tsx'
import { useText } from '../text/index.tsx'

/** Takes the token if the hub does. */
const signIn = async (token: string): Promise<void> => {
  setToken(token)
  try {
    await ask((hub) => hub.GET('/records', { params: { query: { limit: 1 } } }))
  } catch (error) {
    setToken(null)
    throw error
  }
}

export const SignIn = () => {
  const t = useText().welcome
  const title = useText().app.title
  const queries = useQueryClient()
  const [token, setTyped] = useState('')
  const entering = useMutation({
    mutationFn: signIn,
    onSuccess: () => {
      signedIn()
      return queries.invalidateQueries()
    },
  })
  const wrong = entering.error instanceof ApiError && entering.error.status === 401
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (token.trim() !== '') entering.mutate(token.trim())
  }
  return (
    <main className="grid h-full place-items-center overflow-auto p-6">
      <form className="flex w-full max-w-100 flex-col gap-3" onSubmit={submit}>
        <p className="font-semibold tracking-wide">
          <span aria-hidden="true" className="text-accent">
            ≋
          </span>{' '}
          {title}
        </p>
        <h1 className="font-semibold text-lg">{t.signIn}</h1>
        <p className="text-dim">{t.signInAbout}</p>
        <label htmlFor="token">{t.token}</label>
        <div className="flex gap-2">
          <input
            id="token"
            type="password"
            value={token}
            autoComplete="current-password"
            aria-invalid={wrong}
            aria-describedby="token-about"
            className="mono h-7.5 min-w-0 flex-1 rounded-md border border-line bg-bg px-2 aria-invalid:border-error"
            onChange={(event) => setTyped(event.target.value)}
          />
          <Button type="submit" disabled={entering.isPending}>
            {entering.isPending ? t.checking : t.enter}
          </Button>
        </div>
        {wrong && (
          <p role="alert" className="text-error">
            <span aria-hidden="true">■ </span>
            {t.wrongToken}
          </p>
        )}
        {entering.error !== null && !wrong && <Problem error={entering.error} />}
        <p id="token-about" className="text-dim">
          {t.tokenKept} {t.tokenLink}
        </p>
      </form>
    </main>
  )
}
