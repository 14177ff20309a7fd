/** Nothing was ever captured: how to put the first server behind a tap, in the host at hand. */
import { Tabs } from '@base-ui/react/tabs'
import { type ReactNode, useId, useState } from 'react'
import { CopyButton } from '../parts/copy.tsx'
import { useText } from '../text/index.tsx'
import { DemoButton } from './demo-button.tsx'
import { HOSTS, type Host, type Program, type Recipe, recipeOf, type Wish } from './hosts.ts'
import { wordsOf } from './words.ts'

const EXAMPLE = { server: 'files', command: 'npx -y @modelcontextprotocol/server-filesystem /tmp' }

/** Pages of the repository, as its README names them. */
const DOCS = ['docs/tutorial.md', 'docs/cli.md', 'docs/server.md', 'docs/client.md', 'docs/query.md'] as const

const TAB =
  'rounded-md px-2 py-1 text-dim hover:bg-row aria-selected:bg-row aria-selected:font-semibold aria-selected:text-text'

export const FirstServer = ({ program }: { program: Program }) => {
  const t = useText().welcome
  const [server, setServer] = useState('')
  const [command, setCommand] = useState('')
  const wish: Wish = {
    server: server.trim() || EXAMPLE.server,
    command: wordsOf(command.trim() || EXAMPLE.command),
  }
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h1 className="font-semibold text-lg">{t.nothingYet}</h1>
        <DemoButton />
      </div>
      <p className="max-w-160">{t.firstServer}</p>
      <div className="grid grid-cols-[180px_1fr] gap-3">
        <Field label={t.serverName} value={server} placeholder={EXAMPLE.server} onChange={setServer} />
        <Field label={t.serverCommand} value={command} placeholder={EXAMPLE.command} onChange={setCommand} />
      </div>
      <Tabs.Root defaultValue={HOSTS[0]} className="flex flex-col gap-2">
        <Tabs.List
          aria-label={t.hosts}
          activateOnFocus
          className="flex flex-wrap gap-1 border-line border-b pb-2"
        >
          {HOSTS.map((host) => (
            <Tabs.Tab key={host} value={host} className={TAB}>
              {t.hostNames[host]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {HOSTS.map((host) => (
          <Tabs.Panel key={host} value={host} className="flex flex-col gap-2">
            <Shown host={host} recipe={recipeOf(host, program, wish)} />
          </Tabs.Panel>
        ))}
      </Tabs.Root>
      <p>{t.afterwards}</p>
      <p className="text-dim">
        {t.docs}{' '}
        {DOCS.map((path, at) => (
          <span key={path}>
            {at > 0 && ' · '}
            <code>{path}</code>
          </span>
        ))}
      </p>
    </>
  )
}

const Field = ({
  label,
  value,
  placeholder,
  onChange,
}: {
  label: string
  value: string
  placeholder: string
  onChange: (value: string) => void
}) => {
  const id = useId()
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="text-dim">
        {label}
      </label>
      <input
        id={id}
        value={value}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        className="mono h-7.5 min-w-0 rounded-md border border-line bg-bg px-2 placeholder:text-dim"
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  )
}

const Shown = ({ host, recipe }: { host: Host; recipe: Recipe }) => {
  const t = useText().welcome
  return (
    <>
      <p>{t.how[host]}</p>
      {recipe.files.length > 0 && (
        <dl className="grid grid-cols-[auto_1fr_auto] items-center gap-x-3">
          {recipe.files.map(({ system, path }) => (
            <div key={system} className="col-span-3 grid grid-cols-subgrid items-center">
              <dt className="text-dim">{t.systems[system]}</dt>
              <dd className="min-w-0 break-all">
                <code>{path}</code>
              </dd>
              <dd>
                <CopyButton plain aria-label={t.copyPath(path)} text={() => path}>
                  {t.copy}
                </CopyButton>
              </dd>
            </div>
          ))}
        </dl>
      )}
      <Snippet>{recipe.text}</Snippet>
    </>
  )
}

const Snippet = ({ children }: { children: string }): ReactNode => {
  const t = useText().welcome
  return (
    <div className="relative">
      <pre className="whitespace-pre-wrap break-all rounded-md border border-line bg-panel py-2 pr-24 pl-3">
        {children}
      </pre>
      <CopyButton className="absolute top-1.5 right-1.5" text={() => children}>
        {t.copy}
      </CopyButton>
    </div>
  )
}
