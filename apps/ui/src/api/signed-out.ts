/** Whether the hub wants a token that it was not given. */
import { useQuery } from '@tanstack/react-query'
import { ApiError, ask } from './client.ts'

/** Cheap, and asked first: everything else would fail the same way. */
export const useSignedOut = (): boolean => {
  const { error } = useQuery({
    queryKey: ['signed-in'],
    queryFn: () => ask((hub) => hub.GET('/records', { params: { query: { limit: 1 } } })),
    staleTime: Number.POSITIVE_INFINITY,
  })
  return error instanceof ApiError && error.status === 401
}
