import { useTranslation } from 'react-i18next';
import { BrowserRouter, Navigate, Route, Routes } from 'react-router';

import { OwnedScreen } from '../rooms/OwnedScreen';
import { Busy } from '../ui/Busy';
import { ErrorBoundary } from '../ui/ErrorBoundary';
import { onDemand } from '../ui/onDemand';
import { Crashed } from './Crashed';
import { Layout } from './Layout';
import { MissingScreen } from './MissingScreen';

const waiting = { meanwhile: Loading, instead: MissingScreen };
const ChatScreen = onDemand(() => import('../chat/ChatScreen'), waiting);
const SavedScreen = onDemand(() => import('../rooms/SavedScreen'), waiting);
const SettingsScreen = onDemand(() => import('../settings/SettingsScreen'), waiting);

export function App() {
  return (
    <BrowserRouter>
      <ErrorBoundary fallback={<Crashed />}>
        <Layout>
          <Routes>
            <Route path="/" element={<OwnedScreen />} />
            {/* v0.4's share links: /chat?room=ID */}
            <Route path="/chat" element={<OwnedScreen />} />
            <Route path="/saved" element={<SavedScreen />} />
            <Route path="/settings" element={<SettingsScreen />} />
            <Route path="/room/:roomId" element={<ChatScreen />} />
            <Route path="*" element={<Navigate to="/" replace />} />
          </Routes>
        </Layout>
      </ErrorBoundary>
    </BrowserRouter>
  );
}

function Loading() {
  const { t } = useTranslation();
  return <Busy text={t('app.loading')} />;
}
