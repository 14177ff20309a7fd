/** The root of the build: each package has its own configuration, and none from a folder above this one is taken. */
import { defineConfig } from 'tsdown'

export default defineConfig({ workspace: 'packages/*' })
