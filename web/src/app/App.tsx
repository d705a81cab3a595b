import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { BrowserRouter, Navigate, Route, Routes } from 'react-router';

import { OwnedScreen } from '../rooms/OwnedScreen';
import { Busy } from '../ui/Busy';
import { ErrorBoundary } from '../ui/ErrorBoundary';
import { Crashed } from './Crashed';
import { Layout } from './Layout';

const ChatScreen = lazy(() => import('../chat/ChatScreen'));
const SavedScreen = lazy(() => import('../rooms/SavedScreen'));
const SettingsScreen = lazy(() => import('../settings/SettingsScreen'));

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
