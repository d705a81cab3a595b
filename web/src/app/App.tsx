import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { BrowserRouter, Navigate, Route, Routes } from 'react-router';

import { OwnedScreen } from '../rooms/OwnedScreen';
import { Busy } from '../ui/Busy';
import { ErrorBoundary } from '../ui/ErrorBoundary';
import { onDemand } from '../ui/onDemand';
import { Crashed } from './Crashed';
import { Layout } from './Layout';
import { MissingScreen } from './MissingScreen';

const missing = { instead: MissingScreen };
const ChatScreen = onDemand(() => import('../chat/ChatScreen'), missing);
const SavedScreen = onDemand(() => import('../rooms/SavedScreen'), missing);
const SettingsScreen = onDemand(() => import('../settings/SettingsScreen'), missing);

export function App() {
  const { t } = useTranslation();
  return (
    <BrowserRouter>
      <ErrorBoundary fallback={<Crashed />}>
        <Layout>
          <Suspense fallback={<Busy text={t('app.loading')} />}>
            <Routes>
              <Route path="/" element={<OwnedScreen />} />
              {/* v0.4's share links: /chat?room=ID */}
              <Route path="/chat" element={<OwnedScreen />} />
              <Route path="/saved" element={<SavedScreen />} />
              <Route path="/settings" element={<SettingsScreen />} />
              <Route path="/room/:roomId" element={<ChatScreen />} />
              <Route path="*" element={<Navigate to="/" replace />} />
            </Routes>
          </Suspense>
        </Layout>
      </ErrorBoundary>
    </BrowserRouter>
  );
}
