// Light or dark at once; the form round the button does the same without scripts.
document.addEventListener('click', (event) => {
  if (!event.target.closest('[data-theme-toggle]')) return
  event.preventDefault()
  const root = document.documentElement
  const shownDark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
  const theme = shownDark ? 'light' : 'dark'
  root.dataset.theme = theme
  document.querySelector('meta[name=color-scheme]')?.setAttribute('content', theme)
  const secure = location.protocol === 'https:' ? ';secure' : ''
  const oneYear = 365 * 24 * 60 * 60
  document.cookie = `theme=${theme};path=/;max-age=${oneYear};samesite=lax${secure}`
  // The profile learns it too, so that the next sign-in begins with it; when that fails the cookie still holds here.
  const form = event.target.closest('form')
  if (!form) return
  const body = new URLSearchParams(new FormData(form))
  body.set('theme', theme)
  fetch(form.action, { method: 'POST', body, redirect: 'manual', keepalive: true }).catch(() => {})
})
