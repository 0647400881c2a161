// Says when the page has stopped hearing from the server, and stops saying it when it hears again.
const place = document.getElementById('offline')

function copyOf(id) {
  return document.getElementById(id).content.cloneNode(true)
}

const paused = () => { if (place && !place.firstChild) place.append(copyOf('offline-banner')) }
const again = () => place?.replaceChildren()
const failed = () => document.getElementById('toasts')?.append(copyOf('failed-toast'))

const askedByPerson = (detail) => detail.requestConfig?.verb !== 'get'

document.addEventListener('htmx:sendError', paused)
document.addEventListener('htmx:timeout', paused)
document.addEventListener('htmx:responseError', ({ detail }) => (askedByPerson(detail) ? failed() : paused()))
document.addEventListener('htmx:afterRequest', ({ detail }) => { if (detail.successful) again() })

// A fragment that answers with the sign-in page: the session is over, so the whole page asks.
document.addEventListener('htmx:beforeSwap', (event) => {
  const signIn = document.body.dataset.signIn
  const answered = event.detail.xhr.responseURL
  if (!signIn || !answered || new URL(answered).pathname !== signIn || location.pathname === signIn) return
  event.detail.shouldSwap = false
  location.reload()
})
