import { render } from 'preact';
import { resume } from './api/session.ts';
import { App } from './app.tsx';

const place = document.getElementById('app');
if (place !== null) render(<App />, place);
void resume();
