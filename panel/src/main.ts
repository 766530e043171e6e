import { createApp } from 'vue'
import App from './App.vue'
import './design/tokens.css'
import './design/page.css'
import { router } from './router'
import { speakAsBefore, words } from './words/words'

await speakAsBefore()
createApp(App).use(words).use(router).mount('#app')
