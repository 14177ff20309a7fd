/** The page begins here. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiError } from './api/client.ts'
import { App } from './app.tsx'
import { placeNow } from './location/index.ts'
import './look/look.css'
import { feed } from './stream/feed.ts'
import { questionOf } from './stream/question.ts'
import { TextProvider } from './text/index.tsx'

/** What a person did wrong is not asked again; what the network did is. */
const mayRecover = (error: unknown): boolean =>
  !(error instanceof ApiError && error.status >= 400 && error.status < 500)

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (times, error) => times < 3 && mayRecover(error),
      staleTime: 2000,
      // What is shown stays until its successor is there: nothing flickers.
      placeholderData: <T,>(previous: T) => previous,
    },
  },
})

// The first rows are on their way before anything is drawn.
if (placeNow().view === 'stream') feed.show(questionOf(placeNow()))

const root = document.getElementById('root')
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <TextProvider>
          <App />
        </TextProvider>
      </QueryClientProvider>
    </StrictMode>,
  )
