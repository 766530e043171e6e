/** Begins the panel in a browser. */

import { createApp } from 'vue'
import App from './App.vue'
import './design/tokens.css'
import './design/page.css'
import { tellFault } from './pieces/toasts'
import { router } from './router'
import { speakAsBefore, words } from './words/words'

const RELOADED = 'clinicdesk.reloaded'
const SOON = 10_000 // milliseconds

// A page whose script is gone belongs to a build before this one: the new page names the new scripts.
window.addEventListener('vite:preloadError', () => {
  const before = Number(sessionStorage.getItem(RELOADED))
  if (Date.now() - before < SOON) return
  sessionStorage.setItem(RELOADED, String(Date.now()))
  window.location.reload()
})

await speakAsBefore()
const app = createApp(App).use(words).use(router)
app.config.errorHandler = (error) => {
  console.error(error)
  tellFault(error)
}
app.mount('#app')
