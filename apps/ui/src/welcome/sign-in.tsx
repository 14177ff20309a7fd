/** To be written. */
export const SignIn = () => null
