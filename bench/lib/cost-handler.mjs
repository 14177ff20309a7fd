// A handler in a worker thread that forgets what it gets: what is measured is the way there.
export default () => {}
